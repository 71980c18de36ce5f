"""HTTP: commands from officers and programs, what became of them, health, and the operators' desk.

`application` makes the whole of it; `Door` lets a service's own routes in by the same credentials and limits.
"""
