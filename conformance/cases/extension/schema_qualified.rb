# older_rails: true
# adapters: postgresql
class SchemaQualified < ActiveRecord::Migration[8.1]
  def change
    create_schema :extras
    enable_extension "extras.hstore"
  end
end
