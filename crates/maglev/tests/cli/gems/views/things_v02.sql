SELECT 3 AS id, 4 AS n;
