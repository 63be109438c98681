# older_rails: true
# adapters: postgresql
class Plain < ActiveRecord::Migration[8.1]
  def change
    create_schema "store"
    create_schema :store, if_not_exists: true
    create_schema "other", force: true
  end
end
