sleep 10**9
