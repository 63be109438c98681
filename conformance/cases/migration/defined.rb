# run: migrate
class Defined < ActiveRecord::Migration[8.1]
  def change
    say defined?(SomeApp).inspect
    say defined?(ActiveRecord).inspect
    say defined?(Rails).inspect
    say Object.const_defined?(:SomeApp).inspect
    create_table(:a) if defined?(ActiveRecord::Base)
  end
end
