class Stop < StandardError
end

class FailingWithClass < ActiveRecord::Migration[8.1]
  def change
    raise Stop, "with a message"
  end
end
