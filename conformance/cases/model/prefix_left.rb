# run: migrate
# leaves_settings: true
class Row < ActiveRecord::Base
end

class PrefixLeft < ActiveRecord::Migration[8.1]
  def up
    ActiveRecord::Base.table_name_prefix = "app_"
    create_table(:rows) { |t| t.string :s }
    Row.create!(s: "a")
    say Row.table_name
  end
end

class After < ActiveRecord::Migration[8.1]
  def up
    say Row.count.to_s
  end
end
