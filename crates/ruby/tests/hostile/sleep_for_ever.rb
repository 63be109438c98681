sleep 10.0**300
