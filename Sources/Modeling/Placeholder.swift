// Room Modeling
