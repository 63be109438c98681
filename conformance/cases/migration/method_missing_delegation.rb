# run: migrate
class MethodMissingDelegation < ActiveRecord::Migration[8.1]
  def change
    say respond_to?(:create_table).inspect
    say respond_to?(:no_such_statement).inspect
    say connection.respond_to?(:create_table).inspect
    send(:create_table, :a)
    public_send(:add_column, :a, :x, :string)
  end
end
