i = 0
loop { :"a#{i += 1}" }
