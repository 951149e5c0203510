"""Those who decide: firms, platforms, warehouses, customs, buyers, government."""
