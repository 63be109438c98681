# run: migrate
class Role < ActiveRecord::Base
  has_and_belongs_to_many :users
end

class User < ActiveRecord::Base
  has_and_belongs_to_many :roles
  has_and_belongs_to_many :friends, class_name: "User", join_table: "friendships", foreign_key: "user_id", association_foreign_key: "friend_id"
end

class Habtm < ActiveRecord::Migration[8.1]
  def up
    create_table(:users) { |t| t.string :name }
    create_table(:roles) { |t| t.string :name }
    create_join_table(:users, :roles)
    create_table(:friendships, id: false) { |t| t.bigint :user_id, :friend_id }
    user = User.create!(name: "u", roles: [Role.new(name: "a"), Role.create!(name: "b")])
    say user.roles.order(:name).pluck(:name).inspect
    user.roles << Role.new(name: "c")
    say user.role_ids.inspect
    say user.roles.first.users.map(&:name).inspect
    user.roles.delete(Role.find_by(name: "b"))
    say user.roles.reload.map(&:name).inspect
    user.roles = Role.where(name: "b")
    say user.roles.map(&:name).inspect
    Role.first.users << user
    user.reload.destroy
    say select_value("SELECT COUNT(*) FROM roles_users").to_s
  end
end
