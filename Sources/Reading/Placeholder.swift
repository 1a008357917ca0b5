// Room Reading
