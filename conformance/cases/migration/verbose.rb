# run: migrate
class Verbose < ActiveRecord::Migration[8.1]
  def up
    self.verbose = false
    create_table :a
    self.verbose = true
    ActiveRecord::Migration.suppress_messages { create_table :b }
    say "end"
  end
end
