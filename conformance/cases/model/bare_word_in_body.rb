# run: migrate
class User < ActiveRecord::Base
  acts_as_something
end

class BareWordOfAModel < ActiveRecord::Migration[8.1]
  def up
  end
end
