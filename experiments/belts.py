"""Names of the industrial belts for readers: city and goods in English, the customary short name in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from model.kernel.declare import Label

if TYPE_CHECKING:
    from model.world.places import World

BELTS_ZH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "panyu_fast_fashion": "广州番禺快时尚女装",
        "shiling_leather_bags": "广州狮岭皮具箱包",
        "humen_garments": "东莞虎门服装",
        "shenzhen_womenswear": "深圳品牌女装",
        "shantou_underwear": "汕头内衣",
        "jieyang_shoes": "揭阳普宁塑鞋衬衫",
        "hangzhou_womenswear": "杭州女装",
        "zhili_childrenswear": "湖州织里童装",
        "haining_leather_knit": "嘉兴海宁皮革毛衫",
        "wenzhou_shoes": "温州皮鞋",
        "zhuji_socks": "绍兴诸暨袜业",
        "yiwu_accessories": "义乌帽巾配饰",
        "jinjiang_shoes": "泉州晋江运动鞋",
        "shishi_garments": "泉州石狮服装",
        "putian_shoes": "莆田运动鞋",
        "changshu_garments": "苏州常熟服装婚纱",
        "baigou_bags": "保定白沟箱包",
        "xingcheng_swimwear": "葫芦岛兴城泳装",
        "caoxian_costumes": "菏泽曹县演出服",
        "nanchang_knitwear": "南昌青山湖针织服装",
        "wuhan_garments": "武汉汉正街服装",
        "chengdu_shoes": "成都女鞋",
        "ordos_cashmere": "鄂尔多斯羊绒",
        "shenzhen_3c_accessories": "深圳3C配件",
        "shenzhen_smart_hardware": "深圳智能硬件",
        "dongguan_electronics": "东莞手机与电池",
        "huizhou_audio_displays": "惠州音响与显示",
        "suzhou_computers": "苏州计算机及零部件",
        "hangzhou_smart_devices": "杭州安防与智能家居",
        "xiamen_displays": "厦门LED与显示",
        "shanghai_devices": "上海消费电子",
        "hefei_electronics": "合肥笔记本与显示",
        "zhengzhou_phones": "郑州手机及配件",
        "chongqing_laptops": "重庆笔记本电脑",
        "shunde_appliances": "佛山顺德小家电",
        "foshan_furniture": "佛山家具",
        "guzhen_lighting": "中山古镇灯饰",
        "yangjiang_knives": "阳江刀剪厨具",
        "chaozhou_tableware": "潮州陶瓷与不锈钢餐具",
        "cixi_appliances": "宁波慈溪小家电",
        "anji_chairs": "湖州安吉椅业竹制品",
        "yongkang_cups": "金华永康杯壶五金",
        "yiwu_household": "义乌日用品与节庆用品",
        "huangyan_plastics": "台州黄岩塑料日用品",
        "nantong_home_textiles": "南通家纺",
        "suzhou_cleaners": "苏州吸尘器与扫地机器人",
        "dehua_ceramics": "泉州德化陶瓷",
        "nankang_furniture": "赣州南康实木家具",
        "linyi_home_goods": "临沂炊具与户外家具",
        "chenghai_toys": "汕头澄海玩具",
        "dongguan_toys": "东莞潮玩手办",
        "yiwu_toys": "义乌玩具与体育用品",
        "yunhe_wooden_toys": "丽水云和木制玩具",
        "wuyi_outdoor": "金华武义户外休闲用品",
        "yangzhou_plush": "扬州毛绒玩具",
        "wuxi_e_bikes": "无锡电动自行车",
        "tianjin_bicycles": "天津自行车",
        "weihai_fishing": "威海渔具",
        "zhengan_guitars": "遵义正安吉他",
        "ankang_plush": "安康毛绒玩具",
        "xuchang_hair": "许昌假发",
        "luyi_brushes": "周口鹿邑化妆刷",
        "baiyun_cosmetics": "广州白云化妆品",
        "pingdu_lashes": "青岛平度假睫毛",
        "fuyang_hair": "阜阳太和发制品",
        "xian_extracts": "西安植物提取物与保健品",
        "zhangzhou_foods": "漳州罐头与休闲食品",
        "guangzhou_health_foods": "广州保健食品与饮料",
        "kunming_coffee_tea": "昆明咖啡茶叶",
        "yinchuan_goji": "银川枸杞",
        "shenzhen_vapes_watches": "深圳电子烟钟表眼镜",
        "guangzhou_car_parts": "广州汽车用品与饰品",
        "yiwu_jewellery": "义乌饰品礼品",
        "ningbo_stationery": "宁波文具工具与宠物用品",
        "wenzhou_glasses_pets": "温州眼镜与宠物用品",
        "danyang_glasses": "镇江丹阳眼镜",
        "dongshi_umbrellas": "泉州东石伞业",
        "shaodong_lighters": "邵阳邵东打火机与五金",
        "chongqing_motor_parts": "重庆摩托车配件",
        "suifenhe_border_goods": "绥芬河对俄综合商品",
        "urumqi_transit_goods": "乌鲁木齐对中亚综合商品",
        "chongzuo_border_goods": "崇左凭祥对东盟综合商品",
        "keqiao_fabrics": "绍兴柯桥面料",
        "yueqing_electrics": "温州乐清低压电器",
        "shenzhen_components": "深圳电子元器件",
        "foshan_building_materials": "佛山建材",
        "jinan_machines": "济南激光与木工机械",
        "anping_wire_mesh": "衡水安平丝网",
        "changzhou_tools": "常州电动工具与电机",
        "changsha_machinery": "长沙机械及零部件",
    }
)


def belt_label(world: World, code: int) -> Label:
    """Name of a belt by its code; a belt without a Chinese name keeps the city's."""
    goods = world.belt_product[code].split(" (")[0]
    return Label(
        f"{world.belt_city[code]}: {goods}", BELTS_ZH.get(world.belt_ids[code], f"{world.belt_city_zh[code]}产业带")
    )
