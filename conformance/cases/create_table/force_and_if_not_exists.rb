class ForceAndIfNotExists < ActiveRecord::Migration[8.1]
  def change
    create_table(:users, force: true, if_not_exists: true) { |t| t.string :nick }
  end
end
