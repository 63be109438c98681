# run: migrate
class User < ActiveRecord::Base
  validates :name, presence: true
end

class InvalidRecord < ActiveRecord::Migration[8.1]
  def up
    create_table(:users) { |t| t.string :name }
    say User.new.valid?.inspect
    User.create!
  end
end
