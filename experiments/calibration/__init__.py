"""The fit: parameters that the evidence to 2022 allows, found by runs, emulators of them, and a posterior sample.

`targets` what must be met · `space` what may vary · `runs` one run, one file · `emulator` fast stand-ins for runs ·
`posterior` which parameters agree with the targets · `recovery` whether the method finds what it should · `fit` the
waves that lead there · `record` what is written down.
"""
