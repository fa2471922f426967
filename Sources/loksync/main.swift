print("loksync")
