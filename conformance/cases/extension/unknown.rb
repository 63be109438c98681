# adapters: postgresql
class Unknown < ActiveRecord::Migration[8.1]
  def change
    enable_extension "no_such_thing"
  end
end
