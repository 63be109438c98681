# run: migrate
class Writing < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base
    alias_attribute :label, :name
  end

  class Locked < ActiveRecord::Base
    self.table_name = "locked"
  end

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
      t.integer :posts_count, default: 0
      t.boolean :admin, default: false
      t.timestamps null: true
      t.index :email, unique: true
    end
    create_table :locked do |t|
      t.string :name
      t.integer :lock_version, default: 0
    end
    say User.insert({ name: "ann", email: "a", age: 30 }).rows.size.to_s
    User.insert_all([{ name: "bob", email: "b", age: 20 }, { name: "cat", email: "c", age: 40 }])
    User.insert_all!([{ label: "dan", email: "d", age: 50 }])
    User.insert!({ name: "eve", email: "e", age: 60 }, record_timestamps: false)
    User.insert_all([{ name: "x", email: "x", created_at: "2020-01-01", updated_at: "2020-01-01" }], record_timestamps: false)
    User.insert({ name: "ANN", email: "a" }, record_timestamps: true)
    User.where(age: 7).insert_all([{ name: "scoped", email: "s" }])
    User.insert_all([])
    say User.order(:id).pluck(:name, :email, :age).inspect
    say User.where(age: 20).update_all(name: "BOB", admin: true).to_s
    say User.update_all("age = age + 1").to_s
    say User.where(name: "cat").update_all(["age = ?", 5]).to_s
    say User.where(name: "cat").update_all(age: Arel.sql("age * 2")).to_s
    say User.where(name: "cat").update_all(age: User.arel_table[:age] + 1).to_s
    say User.order(:id).limit(2).update_all(age: 1).to_s
    say User.where(label: "cat").update_all(label: "CAT").to_s
    say User.none.update_all(age: 1).to_s
    say User.where(id: 1).touch_all.to_s
    say User.where(id: 1).touch_all(:created_at, time: Time.utc(2020, 1, 1)).to_s
    say User.update_counters(1, posts_count: 2).to_s
    say User.where(id: [1, 2]).update_counters(posts_count: -1, touch: true).to_s
    say User.increment_counter(:posts_count, 1).to_s
    say User.decrement_counter(:posts_count, [1, 2]).to_s
    say Locked.create!(name: "a").lock_version.to_s
    say Locked.update_all(name: "b").to_s
    say Locked.pluck(:lock_version).inspect
    say User.where(name: "x").delete_all.to_s
    say User.delete_by(name: "scoped").to_s
    say User.destroy_by(name: "dan").size.to_s
    say User.order(id: :desc).limit(1).delete_all.to_s
    say User.delete(1).to_s
    say User.delete([2, 99]).to_s
    say User.none.delete_all.to_s
    refuse { User.update_all({}) }
    refuse { User.distinct.delete_all }
    refuse { User.insert_all([{ name: "a" }, { email: "b" }]) }
    refuse { User.insert_all([{ nothing: 1 }]) }
    refuse { User.insert_all([{ name: "a" }], returning: "name") }
    refuse { User.find_or_create_by!(nothing: 1) }
    say User.find_or_create_by(name: "new", age: 3).age.to_s
    say User.find_or_create_by!(name: "new").age.to_s
    say User.find_or_initialize_by(name: "other").new_record?.to_s
    say User.create_with(age: 9).find_or_create_by(name: "with").age.to_s
    say User.where(age: 8).first_or_create(name: "first").age.to_s
    say User.where(age: 8).first_or_initialize.name
    say User.create_or_find_by(name: "cof", email: "cof").name
    say User.where(age: 77).create!(name: "scoped").age.to_s
    say User.where(age: 77).new.age.to_s
    say User.find_or_create_by(name: "block") { |user| user.age = 4 }.age.to_s
  end
end
