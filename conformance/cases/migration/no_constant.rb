class NoConstant < ActiveRecord::Migration[8.1]
  def change
    Nothing.all
  end
end
