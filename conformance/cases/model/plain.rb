# run: migrate
class User < ActiveRecord::Base
end

class FillUsers < ActiveRecord::Migration[8.1]
  def up
    create_table(:users) { |t| t.string :name; t.integer :age; t.boolean :admin, default: false }
    User.reset_column_information
    User.create!(name: "a", age: 1)
    User.create!(name: "b", age: 2, admin: true)
    User.insert_all([{ name: "c", age: 3 }, { name: "d", age: 4 }])
    say User.count.inspect
    say User.where(admin: true).pluck(:name).inspect
    say User.order(:name).map(&:name).inspect
    User.where(name: "a").update_all(age: 10)
    User.update_all("age = age + 1")
    User.where("age > ?", 4).delete_all
    say User.order(age: :desc).first.name
    say User.find_by(name: "b").age.inspect
    say User.exists?(name: "zzz").inspect
    say User.maximum(:age).inspect
    User.find_each { |user| user.update_columns(name: user.name.upcase) }
    User.in_batches(of: 1) { |batch| batch.update_all(admin: false) }
    User.find_by(name: "B").update!(age: 50)
    User.where(age: nil).destroy_all
    say User.pluck(:id, :name, :age).inspect
    User.delete_all
  end
end
