"""The month's inner loops, compiled: each rule once as a scalar, and loops that apply it to listings, cells or firms.

Everything here is arithmetic on arrays that the agents' own files prepare; no rule of luck or state lives here. Arrays
are taken out of their tuples before a loop: reference counts inside it would cost more than the arithmetic.
"""
