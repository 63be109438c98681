# adapters: postgresql
# run: migrate
class V70DisableExtension < ActiveRecord::Migration[7.0]
  def change
    enable_extension "hstore"
    disable_extension "hstore"
  end
end
