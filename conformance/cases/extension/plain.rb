# older_rails: true
# adapters: postgresql
class Plain < ActiveRecord::Migration[8.1]
  def change
    enable_extension "hstore"
    enable_extension :pgcrypto
    enable_extension "hstore"
  end
end
