# adapters: mysql2
class DefaultFunctionOnUpdate < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) do |t|
      t.datetime :x, default: -> { "CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)" }
      t.string :u, default: -> { "(uuid())" }, limit: 36
    end
  end
end
