# older_rails: true
# adapters: postgresql
class Schema < ActiveRecord::Migration[8.1]
  def change
    create_schema :store
    create_enum "store.mood", ["a"]
    create_table("store.items") { |t| t.enum :m, enum_type: "store.mood" }
  end
end
