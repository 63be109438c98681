class ExecuteEmpty < ActiveRecord::Migration[8.1]
  def up
    execute ""
  end
end
