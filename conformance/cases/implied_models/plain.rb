# implied_models: true
# run: migrate
class CreateUsers < ActiveRecord::Migration[8.1]
  def change
    create_table :users do |t|
      t.string :type
      t.string :name
    end
    create_table :user_roles do |t|
      t.integer :user_id
      t.string :name
    end
  end
end

class FillUsers < ActiveRecord::Migration[8.1]
  def up
    User.create!(name: "ann", type: "Admin")
    say User.first.inspect
    say User.where(name: "ann").update_all(name: "bob").to_s
    User::Role.create!(user_id: 1, name: "cook")
    say User::Role.table_name
    say defined?(Nothing).inspect
    say UserRole.count.to_s
    say "User".constantize.name
    say "Nothing".safe_constantize.inspect
    say Object.const_defined?(:User).to_s
  end
end

class AddAge < ActiveRecord::Migration[8.1]
  def up
    say Object.const_defined?(:User).to_s
    add_column :users, :age, :integer
    User.reset_column_information
    User.find_each { |user| user.update!(age: 3) }
    say User.pluck(:name, :age).inspect
  end
end

class NoTable < ActiveRecord::Migration[8.1]
  def up
    Account.delete_all
  end
end
