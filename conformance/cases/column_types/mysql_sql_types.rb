# older_rails: true
# adapters: mysql2
class MysqlSqlTypes < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.column :e, "enum('a','b')", default: "a"
      t.column :s, "set('x','y')"
      t.column :y, "year"
      t.column :m, "mediumint"
      t.column :c, "char(3)", null: false, default: ""
      t.column :v, "varbinary(20)"
    end
  end
end
