# run: migrate
class Nowhere < ActiveRecord::Base
end

class MissingTable < ActiveRecord::Migration[8.1]
  def up
    say Nowhere.table_exists?.inspect
    Nowhere.count
  end
end
