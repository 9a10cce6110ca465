"""Takes over what another installation holds."""
