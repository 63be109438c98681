class ForceNew < ActiveRecord::Migration[8.1]
  def change
    create_table(:users, force: true) { |t| t.string :nick }
  end
end
