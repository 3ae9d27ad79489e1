"""Control charts, forecasts, turns and funnels."""
