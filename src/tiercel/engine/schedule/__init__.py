"""When schedules fire: slots of cron expressions over zones, and what a trigger does with them."""
