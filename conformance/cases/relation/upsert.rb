# adapters: sqlite3, postgresql
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
      t.index [:name, :age], unique: true, name: "by_name_and_age"
      t.index "lower(email)", unique: true, name: "by_lower_email"
      t.index :age, unique: true, where: "name IS NULL", name: "partial"
    end
    say User.insert_all([{ name: "a", email: "a" }, { name: "b", email: "b" }], returning: [:id, :name]).to_a.inspect
    say User.insert_all([{ name: "A", email: "a" }], unique_by: :email).rows.inspect
    say User.upsert_all([{ name: "A", email: "a" }, { name: "C", email: "c" }], unique_by: :email).rows.inspect
    say User.upsert({ id: 1, name: "AA", email: "a" }).rows.inspect
    say User.upsert_all([{ name: "Z", email: "c", age: 3 }], unique_by: :email, update_only: [:age]).rows.inspect
    say User.upsert_all([{ name: "Z", email: "c", age: 3 }], unique_by: :email, on_duplicate: Arel.sql("age = excluded.age + 1")).rows.inspect
    say User.upsert_all([{ name: "C", age: 4 }], unique_by: :by_name_and_age, returning: false).rows.inspect
    say User.upsert_all([{ name: "C", age: 4 }], unique_by: [:age, :name], returning: Arel.sql("id AS key")).to_a.inspect
    say User.insert_all([{ email: "C" }], unique_by: :by_lower_email).rows.inspect
    say User.insert_all([{ age: 9 }, { age: 9 }], unique_by: :partial).rows.size.to_s
    say User.upsert_all([{ email: "a", name: "q" }], unique_by: :email, record_timestamps: false).rows.inspect
    say User.upsert_all([{ email: "a" }], unique_by: :email).rows.inspect
    say User.order(:id).pluck(:id, :name, :email, :age).inspect
    refuse { User.insert_all([{ name: "a" }], unique_by: :nothing) }
    refuse { User.upsert_all([{ name: "a" }], update_only: :name, on_duplicate: Arel.sql("x = 1")) }
    refuse { User.upsert_all([{ name: "a" }], on_duplicate: "x = 1") }
  end
end
