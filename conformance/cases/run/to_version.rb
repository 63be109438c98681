# run: migrate 2, migrate 1, migrate, migrate 0, migrate 0
class ToVersion < ActiveRecord::Migration[8.1]
  def change
    create_table :a
  end
end

class ToVersionAgain < ActiveRecord::Migration[8.1]
  def change
    create_table :b
  end
end

class ToVersionThird < ActiveRecord::Migration[8.1]
  def change
    create_table :c
  end
end
