# adapters: mysql2
# run: migrate
class Upsert < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base; end

  def refuse
    yield
  rescue => error
    say "#{error.class}: #{error.message}"
  end

  def up
    create_table :users do |t|
      t.string :name
      t.string :email
      t.integer :age
      t.timestamps null: true
      t.index :email, unique: true
    end
    User.insert_all([{ name: "a", email: "a" }, { name: "b", email: "b" }])
    User.insert_all([{ name: "A", email: "a" }])
    User.upsert_all([{ name: "A", email: "a" }, { name: "C", email: "c" }])
    User.upsert({ id: 1, name: "AA", email: "a" })
    User.upsert_all([{ name: "Z", email: "c", age: 3 }], update_only: [:age])
    User.upsert_all([{ name: "Z", email: "c", age: 3 }], on_duplicate: Arel.sql("age = VALUES(age) + 1"))
    User.upsert_all([{ email: "a", name: "q" }], record_timestamps: false)
    User.insert_all([{ id: nil, email: "n" }])
    say User.order(:name).pluck(:name, :email, :age).inspect
    refuse { User.insert_all([{ name: "a" }], unique_by: :email) }
  end
end
