# run: migrate
class AssumeMigrated < ActiveRecord::Migration[8.1]
  def up
    connection.assume_migrated_upto_version(20230101000000)
  end
end
