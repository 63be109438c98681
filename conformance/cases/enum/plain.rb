# older_rails: true
# adapters: postgresql
class Plain < ActiveRecord::Migration[8.1]
  def change
    create_enum :mood, ["happy", "sad"]
    create_enum "tempo", %w[slow fast]
    create_enum :mood, ["happy", "sad"]
  end
end
