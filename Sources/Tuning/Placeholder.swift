// Room Tuning
