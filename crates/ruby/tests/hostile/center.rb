p ("a".center(10**7, "é") * 10).size
