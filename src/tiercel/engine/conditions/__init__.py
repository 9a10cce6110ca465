"""Whether a trigger's conditions hold: 1.x conditions, the 2.0 ``when``, and what other executions must have done."""
