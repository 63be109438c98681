# run: migrate
class IntrospectionOfConstraints < ActiveRecord::Migration[8.1]
  def change
    create_table(:users)
    create_table(:posts, comment: "all posts") do |t|
      t.bigint :user_id
      t.integer :n
      t.check_constraint "n > 0", name: "positive"
      t.foreign_key :users, on_delete: :nullify
    end
    say connection.check_constraints(:posts).map { |c| [c.table_name, c.expression, c.name] }.inspect
    say connection.foreign_keys(:posts).map { |k| [k.column, k.on_delete, k.on_update, k.options[:primary_key]] }.inspect
    say connection.foreign_key_exists?(:posts, column: :user_id).inspect
    say connection.foreign_key_exists?(:posts, name: "other").inspect
    say connection.check_constraint_exists?(:posts, name: "positive").inspect
    say connection.primary_key("posts").inspect
    say connection.table_comment("posts").inspect rescue say("no comments")
  end
end
