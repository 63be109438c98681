# run: migrate
# file: 20240101000001_super_and_inheritance.rb
class Common < ActiveRecord::Migration[7.0]
  def change
    create_table(table) { |t| t.datetime :at }
  end

  def table = :common
end

class SuperAndInheritance < Common
  def change
    say "before"
    super
    say "after"
  end

  def table = :special
end
