class CreatePosts < ActiveRecord::Migration[8.1]
  def change
    create_table(:posts) { |t| t.attachment :logo, null: false }
  end
end

class AddTwo < ActiveRecord::Migration[8.1]
  def change = add_attachment(:posts, :avatar, :photo)
end

class ChangeTable < ActiveRecord::Migration[8.1]
  def change
    change_table(:posts) { |t| t.attachment :icon }
  end
end

class RemoveAvatar < ActiveRecord::Migration[4.2]
  def up = remove_attachment(:posts, :avatar)
  def down = add_attachment(:posts, :avatar)
end

class AddWithOptions < ActiveRecord::Migration[8.1]
  def change = add_attachment(:posts, :scan, null: true, file_name: { default: "x" })
end

class Nameless < ActiveRecord::Migration[8.1]
  def change = add_attachment(:posts)
end

class RemoveNameless < ActiveRecord::Migration[8.1]
  def change = remove_attachment(:posts)
end

class RemoveLogo < ActiveRecord::Migration[8.1]
  def change = remove_attachment(:posts, :logo)
end
