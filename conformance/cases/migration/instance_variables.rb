class InstanceVariables < ActiveRecord::Migration[8.1]
  def up
    @tables = {}
    create_table(:a) { |t| @tables[:a] = t.name }
    say @tables.inspect
    say version.inspect
    say name.inspect
    say self.class.name
    say reverting?.inspect
  end
end
